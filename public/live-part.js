// Keeps parts of a plain page up to date while something is pending, and makes copy buttons work.
// [data-live="3"] with an id is replaced every three seconds by what the page at [data-live-from] has under
// that id, until it says data-live no more; what [data-said] in it says is read out when it is another.
// [data-copy] is hidden without this script.
'use strict';
(() => {
  const said = document.createElement('p');
  said.className = 'sr-only';
  said.setAttribute('role', 'status');
  document.body.append(said);

  const showButtons = (root) => root.querySelectorAll('[data-copy]').forEach((button) => (button.hidden = false));
  showButtons(document);
  document.addEventListener('click', async (event) => {
    const button = event.target.closest && event.target.closest('[data-copy]');
    if (!button) return;
    const words = button.dataset.words || button.textContent;
    button.dataset.words = words;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = said.textContent = 'Copied';
    } catch {
      button.textContent = said.textContent = 'Could not copy';
    }
    setTimeout(() => {
      button.textContent = words;
      said.textContent = '';
    }, 2000);
  });

  const follow = async (part) => {
    let wait = Number(part.dataset.live) * 1000;
    while (part.dataset.live) {
      await new Promise((done) => setTimeout(done, wait));
      if (document.hidden) continue;
      try {
        const answer = await fetch(part.dataset.liveFrom || location.href, { redirect: 'error' });
        if (!answer.ok) throw new Error(String(answer.status));
        // Without its styles: they carry another nonce, and the browser would say so.
        const text = (await answer.text()).replace(/<style[^]*?<\/style>/g, '');
        const page = new DOMParser().parseFromString(text, 'text/html');
        const fresh = page.getElementById(part.id);
        if (!fresh) return;
        wait = Number(part.dataset.live) * 1000;
        if (fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
          const words = (from) => from.querySelector('[data-said]')?.textContent ?? '';
          if (words(fresh) !== words(part)) said.textContent = words(fresh);
          part.replaceChildren(...fresh.childNodes);
          showButtons(part);
        }
        if (!fresh.dataset.live) delete part.dataset.live;
      } catch {
        // Away for a moment: asked again, less and less often.
        wait = Math.min(wait * 2, 60000);
      }
    }
  };
  document.querySelectorAll('[data-live][id]').forEach(follow);
})();
