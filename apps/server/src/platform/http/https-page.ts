/** What a browser on another machine sees over plain HTTP. */
export const HTTPS_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sotto needs HTTPS</title>
<p>Sotto encrypts in your browser, and browsers allow that only over HTTPS or on the machine itself.</p>
<p>To serve HTTPS: <code>sotto serve --tls-cert cert.pem --tls-key key.pem</code>, or put it behind a proxy
that speaks HTTPS and name the proxy with <code>--trust-proxy</code>.</p>
<p>On the machine that Sotto runs on, open <code>http://localhost:8420</code>.</p>
</html>
`;
