/**
 * Names of files that make a program act because such a file is in its folder. Names are compared without joiners and
 * selectors, which some file systems ignore, and in the case to which file systems fold them.
 */

/** Windows opens a device under these names, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$| )/i;
/** The short name that Windows gives a long one: writing to it writes to the file of the long name. */
const SHORT_NAME = /^[^.]{1,6}~\d{1,6}(?:\.[^.]{0,3})?$/;

/** Whole names that build tools, shells, interpreters and file managers look for. */
const ORDERS = new Set(
  `node_modules desktop.ini autorun.inf thumbs.db cmakelists.txt package.json build.xml pom.xml gemfile requirements.txt
  constraints.txt conftest.py setup.py sitecustomize.py usercustomize.py pyproject.toml cargo.toml deno.json deno.jsonc
  tsconfig.json composer.json compose.yaml compose.yml docker-compose.yml docker-compose.yaml robots.txt build workspace
  sconstruct wscript conanfile.txt meson_options.txt configure profile authorized_keys known_hosts`.split(/\s+/),
);
/** `Makefile`, `Dockerfile`, `Brewfile`, `Snakefile` and similar ones; some also for one target, as `Dockerfile.web`. */
const RECIPE =
  /^(?:[a-z]+file|(?:docker|container|make|gnumake|just|jenkins)file\.(?!(?:txt|text|log|csv|pdf|html?)$)[\w-]+)$/;
const CONFIGURATION = /\.(?:config|conf|rc)\.[cm]?[jt]sx?$/;

const MARKDOWN = /\.(?:md|mdc|mdx|markdown)$/;
/** Words in the names of instruction files of agents, alone or with others: `claude.local.md`, `copilot-instructions.md`. */
const AGENTS =
  /^(?:agents?|aider|amp|augment|claude|cline|codex|commands?|continue|conventions?|copilot|crush|cursor|cursorrules|devin|gemini|goose|guidelines|instructions?|jules|junie|kiro|llms|memory|opencode|plan|prompts?|qwen|roo|rules?|skills?|system|tools?|trae|warp|windsurf|windsurfrules|zed)$/;
/** Instruction files are usually named in capitals, as AGENTS.md and SKILL.md; new ones probably will be. */
const CAPITALS = /^\p{Lu}[\p{Lu}\p{N}_-]+$/u;

/** Whether an agent that works in the folder would read a text of this name as instructions. */
const isForAgents = (name: string, folded: string): boolean => {
  if (folded === 'llms.txt' || folded === 'llms-full.txt') return true;
  if (!MARKDOWN.test(folded)) return false;
  if (folded.endsWith('.mdc')) return true;
  const [first = ''] = name.split('.');
  const words = folded.replace(MARKDOWN, '').split(/[.\s_-]+/);
  // One word of a title is not enough: "Rules of the house.md" has others beside, between spaces.
  return CAPITALS.test(first) || (!/\s/.test(folded.trim()) && words.some((word) => AGENTS.test(word)));
};

/** Whether a program obeys a file of this name, or writes to another file through it. */
export const isObeyed = (name: string): boolean => {
  const counted = name.replaceAll(/\u200c|\u200d|\ufe0e|\ufe0f/g, '');
  // Upper case first: it has one S and one K where lower case has two.
  const folded = counted.toUpperCase().toLowerCase();
  return (
    DEVICE.test(counted) ||
    SHORT_NAME.test(counted) ||
    ORDERS.has(folded) ||
    RECIPE.test(folded) ||
    CONFIGURATION.test(folded) ||
    isForAgents(counted, folded)
  );
};
