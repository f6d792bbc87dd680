// Runs in the browser. A secret is in `data-secret`; what the page shows in its place are dots.
const DOTS = '••••••••••••';

const plainText = (element) => {
  const copy = element.cloneNode(true);
  for (const secret of copy.querySelectorAll('[data-secret]')) secret.textContent = secret.dataset.secret;
  return copy.textContent;
};

const say = (button, text) => {
  const before = button.textContent;
  button.textContent = text;
  document.getElementById('said').textContent = `${button.getAttribute('aria-label')}: ${text}`;
  setTimeout(() => {
    button.textContent = before;
  }, 1200);
};

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('button');
  if (!button) return;
  const subject = document.getElementById(button.dataset.for);
  if (button.dataset.does === 'reveal') {
    const secret = subject.querySelector('[data-secret]');
    const shown = button.getAttribute('aria-pressed') === 'true';
    secret.textContent = shown ? DOTS : secret.dataset.secret;
    button.setAttribute('aria-pressed', String(!shown));
    button.textContent = shown ? 'Reveal' : 'Hide';
    return;
  }
  try {
    await navigator.clipboard.writeText(plainText(subject));
    say(button, 'Copied');
  } catch {
    say(button, 'Refused');
  }
});
