interface Factory {
  createPolicy(name: string, rules: object): unknown;
}

/**
 * Sets the one policy by which texts could become code or markup: no markup at all but the empty one, by which React Aria clears
 * its messages, and as scripts of workers the page's own files. Called, and not only imported: the bundler leaves out modules
 * of which nothing is used.
 */
export const guardMarkup = (): void => {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: Factory };
  trustedTypes?.createPolicy('default', {
    createHTML: (text: string) => {
      if (text === '') return text;
      throw new TypeError('This page makes no markup of texts');
    },
    createScriptURL: (text: string) => {
      const { origin, pathname } = new URL(text, location.href);
      if (origin === location.origin && pathname.startsWith('/app/assets/')) return text;
      throw new TypeError('This page starts no foreign script');
    },
  });
};
