/** What a browser on another machine sees over plain HTTP. */
import type { Settings } from '../../settings.ts';

/** The addresses of `localhost` are of no other machine: a server for others takes a domain, and data of that domain. */
const NEW_DOMAIN = '--domain sotto.example.org --data ./sotto-data ';
const FOR_OTHERS = ', with the name of this server, in a data folder of its own';

/** @param port of this machine on which the page was asked for */
export function httpsPage({ domain }: Pick<Settings, 'domain'>, port: number): string {
  const local = domain === 'localhost';
  const naming = local ? NEW_DOMAIN : `--domain ${domain} `;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sotto needs HTTPS</title>
<p>Sotto encrypts in your browser, and browsers allow that only over HTTPS or on the machine itself.</p>
<p>To serve HTTPS: <code>sotto serve ${naming}--tls-cert cert.pem --tls-key key.pem</code>${local ? FOR_OTHERS : ''}.
Behind a proxy that speaks HTTPS, <code>--trust-proxy</code> and the proxy's address take the place of the certificate.</p>
<p>On the machine that Sotto runs on, open <code>http://localhost:${port}</code>.</p>
</html>
`;
}
