/** The sign of the product, beside its name. */
export const Logo = ({ size }: { readonly size: number }) => (
  <svg className="logo" viewBox="0 0 64 64" width={size} height={size} aria-hidden="true">
    <rect width="64" height="64" rx="15" fill="#b4431f" />
    <rect x="12" y="15" width="17" height="28" rx="3" fill="#fff" />
    <rect x="33" y="23" width="19" height="20" rx="3" fill="#ffd9b8" />
    <path d="m12 38 6-8 5 6 3-3 3 4v3a3 3 0 0 1-3 3H15a3 3 0 0 1-3-3z" fill="#f0a15f" />
    <circle cx="42" cy="32" r="4.5" fill="#b4431f" />
    <rect x="9" y="46" width="46" height="5" rx="2.5" fill="#5f1f0c" />
  </svg>
);
