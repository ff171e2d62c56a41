// The palette of the settings pages: Ctrl K or Cmd K, a field, and every page one may open.
(() => {
  const dialog = document.getElementById('palette');
  const opener = document.getElementById('palette-open');
  if (!dialog || !dialog.showModal || !opener) return;
  const field = dialog.querySelector('input');
  const told = dialog.querySelector('[aria-live]');
  const all = [...dialog.querySelectorAll('[role="option"]')];
  let shown = all;
  let at = 0;

  const choose = (index) => {
    at = shown.length ? (index + shown.length) % shown.length : 0;
    for (const line of all) line.setAttribute('aria-selected', String(line === shown[at]));
    if (!shown.length) return field.removeAttribute('aria-activedescendant');
    field.setAttribute('aria-activedescendant', shown[at].id);
    shown[at].scrollIntoView({ block: 'nearest' });
  };
  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const line of all) line.hidden = !words.every((word) => line.dataset.words.includes(word));
    shown = all.filter((line) => !line.hidden);
    const first = shown.findIndex((line) => words.length && line.dataset.words.startsWith(words[0]));
    told.textContent =
      shown.length === 0
        ? dialog.dataset.none
        : shown.length === 1
          ? dialog.dataset.one
          : dialog.dataset.many.replace('{count}', shown.length);
    choose(Math.max(first, 0));
  };
  const go = (line) => line && location.assign(line.dataset.href);
  const open = () => {
    field.value = '';
    dialog.showModal();
    field.focus();
    filter();
  };

  opener.hidden = false;
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) opener.querySelector('kbd').textContent = '⌘ K';
  opener.addEventListener('click', open);
  document.addEventListener('keydown', (event) => {
    const asked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!asked || event.key.toLowerCase() !== 'k') return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  field.addEventListener('input', filter);
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') choose(at + 1);
    else if (event.key === 'ArrowUp') choose(at - 1);
    else if (event.key === 'Enter') go(shown[at]);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
    else go(event.target.closest('[role="option"]'));
  });
  dialog.addEventListener('mousemove', (event) => {
    const line = event.target.closest('[role="option"]');
    if (line) choose(shown.indexOf(line));
  });
})();
