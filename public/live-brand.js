'use strict';
// Follows the look of the workspace: colours, name, letters, logo and icon of a page that is open. One
// tab of a browser listens and tells the others.
(() => {
  const style = document.getElementById('brand-colours');
  if (!style) return;
  let version = style.dataset.version;
  let name = style.dataset.name;

  function wear(now) {
    if (now.version === version) return;
    version = now.version;
    style.textContent = now.css;
    if (name && document.title.endsWith(name)) document.title = document.title.slice(0, -name.length) + now.name;
    name = now.name;
    for (const part of document.querySelectorAll('[data-brand]')) {
      const what = part.dataset.brand;
      if (part.tagName === 'IMG') {
        part.alt = now.name;
        part.hidden = !now[what];
        if (now[what]) part.src = now[what];
      } else if (what === 'plain') part.hidden = !!now.logo_light;
      // The text itself is changed, not replaced: the chat keeps hold of it.
      else if (part.firstChild) part.firstChild.data = now[what];
    }
    document.querySelectorAll('meta[name=theme-color]').forEach((meta) => {
      const dark = meta.media ? meta.media.includes('dark') : document.documentElement.dataset.theme === 'dark';
      meta.content = now.theme[+dark];
    });
    for (const icon of document.querySelectorAll('link[rel=icon]')) icon.href = icon.href.split('?')[0] + '?' + version;
    style.dataset.now = JSON.stringify(now);
    dispatchEvent(new Event('brand'));
  }

  if (navigator.locks && window.BroadcastChannel) {
    const others = new BroadcastChannel('brand');
    others.onmessage = (told) => wear(told.data);
    navigator.locks.request('brand', () => new Promise(() => {
      const source = new EventSource('/brand/live?seen=' + encodeURIComponent(version));
      source.addEventListener('brand', (told) => {
        const now = JSON.parse(told.data);
        wear(now);
        others.postMessage(now);
      });
    }));
  }
})();
