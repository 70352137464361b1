// `element` is the output in which JupyterLab runs this. Two gaps of the widgets are closed for its cell:
// JupyterLab takes the arrow keys of whatever has the focus to move between cells, unless that element carries
// Lumino's attribute; and radio buttons come without a group, so arrow keys and screen readers do not see one.
const output = element;

function takeCareOf(area) {
  for (const box of area.querySelectorAll('.widget-radio-box:not([role])')) {
    box.setAttribute('role', 'radiogroup');
    box.setAttribute('aria-label', box.closest('.widget-radio')?.getAttribute('title') ?? '');
    const name = `radio-${Math.random().toString(36).slice(2)}`;
    box.querySelectorAll('input').forEach((radio) => (radio.name = name));
  }
  for (const handle of area.querySelectorAll('[role="slider"]:not([aria-label])')) {
    const row = handle.closest('.widget-slider, .widget-hslider');
    handle.setAttribute('aria-label', row?.querySelector('.widget-label')?.textContent ?? '');
  }
  for (const element of area.querySelectorAll('input, select, button, textarea, [tabindex], [contenteditable]')) {
    element.setAttribute('data-lm-suppress-shortcuts', 'true');
  }
}

setTimeout(() => {
  const area = output?.closest?.('.jp-Cell-outputArea');
  if (!area) return;
  takeCareOf(area);
  new MutationObserver(() => takeCareOf(area)).observe(area, { childList: true, subtree: true });
}, 0);
