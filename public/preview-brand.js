'use strict';
// The branding page while somebody types: the preview follows, and the proof of contrast with it. What the
// button does, without pressing it.
(() => {
  const form = document.getElementById('brand-form');
  const show = document.getElementById('brand-show');
  if (!form || !show) return;

  // A fresh frame each time, under a name of its own: what it loads first leaves no step in the browser's
  // history, and the old one stays until the new one is there.
  let count = 0;
  function preview() {
    form.querySelectorAll('iframe.coming').forEach((frame) => frame.remove());
    const old = form.querySelector('iframe');
    const next = old.cloneNode();
    next.removeAttribute('src');
    next.name = show.formTarget = `brand-preview-${(count += 1)}`;
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

  // Whoever was signed out meanwhile finds what they sent in the form again, in this tab and nowhere else.
  const KEPT = 'brand-form';
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || 'null');
  sessionStorage.removeItem(KEPT);
  const answered = location.search.includes('done=') || document.getElementById('brand-troubles');
  if (kept && !answered && kept.seen === form.elements.seen.value) {
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements[name];
      if (field && 'value' in field && !/hidden|checkbox/.test(field.type)) field.value = value;
    }
    const told = document.createElement('p');
    told.className = 'hint';
    told.setAttribute('role', 'status');
    told.textContent = 'What you sent before you were signed out is back in the form.';
    form.before(told);
  }
  form.addEventListener('submit', ({ submitter }) => {
    if (submitter === show) return;
    const texts = [...new FormData(form)].filter(([, value]) => typeof value === 'string');
    sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(texts)));
  });
})();
