/** Light and dark, as the system has it or as the person chose. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const CHOICE = 'mediashelf:theme';

export const chosenTheme = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(CHOICE)) ?? 'system';

export const applyTheme = (theme: Theme = chosenTheme()): void => {
  document.documentElement.dataset.theme = theme;
};

export const chooseTheme = (theme: Theme): void => {
  localStorage.setItem(CHOICE, theme);
  applyTheme(theme);
};
