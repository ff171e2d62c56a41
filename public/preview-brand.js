'use strict';
// The branding page while somebody types: the preview follows, and the proof of contrast with it. What the
// button does, without pressing it.
(() => {
  const form = document.getElementById('brand-form');
  const show = document.getElementById('brand-show');
  if (!form || !show) return;

  // A fresh frame each time: what it loads first leaves no step in the browser's history, and the old one
  // stays until the new one is there.
  function preview() {
    form.querySelectorAll('iframe.coming').forEach((frame) => frame.remove());
    const old = form.querySelector('iframe');
    const next = old.cloneNode();
    next.removeAttribute('src');
    old.name = '';
    next.name = 'brand-preview';
    next.classList.add('coming');
    old.after(next);
    next.onload = () => {
      const proof = next.contentDocument && next.contentDocument.getElementById('contrast');
      if (!proof) return;
      document.getElementById('contrast').replaceWith(document.importNode(proof, true));
      next.classList.remove('coming');
      old.remove();
    };
    // Pictures are not sent with every letter.
    const files = form.querySelectorAll('input[type=file]');
    files.forEach((file) => (file.disabled = true));
    form.requestSubmit(show);
    files.forEach((file) => (file.disabled = false));
  }

  let later;
  form.addEventListener('input', ({ target }) => {
    const { picks } = target.dataset;
    if (picks) form.elements[picks].value = target.value;
    const pick = form.querySelector(`[data-picks="${target.name}"]`);
    if (pick && /^#[0-9a-f]{6}$/i.test(target.value)) pick.value = target.value;
    if (target.type === 'file') return;
    clearTimeout(later);
    later = setTimeout(preview, 250);
  });
  form.querySelectorAll('[data-picks]').forEach((pick) => (pick.hidden = false));
})();
