// Sets light or dark before the first paint. src/ui/appearance.ts writes the same key and takes over from here.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('sotto-appearance');
  } catch {
    // No storage: follow the system.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
