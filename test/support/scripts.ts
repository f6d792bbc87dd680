import fc from 'fast-check';

/** Letters of one script, and marks that make another letter or vowel of one of them. */
export interface Script {
  readonly name: string;
  readonly letters: string;
  readonly marks: string;
}

/** Scripts whose marks tell words apart. */
export const MARKED_SCRIPTS: readonly Script[] = [
  { name: 'Hiragana', letters: 'かきくけこさしすせそたちつてとはひふへほ', marks: '\u3099' },
  { name: 'Katakana', letters: 'カキクケコサシスセソタチツテトハヒフヘホ', marks: '\u3099' },
  { name: 'Katakana with half voice', letters: 'ハヒフヘホ', marks: '\u3099\u309a' },
  { name: 'Devanagari', letters: 'कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह', marks: 'ािीुूेैोौंः्' },
  { name: 'Bengali', letters: 'কখগঘচছজঝটঠডঢতথদধনপফবভমযরলশষসহ', marks: 'ািীুূেৈং' },
  { name: 'Tamil', letters: 'கஙசஞடணதநபமயரலவழளறன', marks: 'ாிீுூெேை்' },
  { name: 'Thai', letters: 'กขคงจชซดตถทนบปผพฟมยรลวสหอ', marks: 'ิีึืุู่้๊๋็์' },
  { name: 'Khmer', letters: 'កខគឃងចឆជញដតថទធនបផពភមយរលវសហអ', marks: 'ាិីុូេែំះ' },
  { name: 'Burmese', letters: 'ကခဂဃငစဆဇညတထဒဓနပဖဗဘမယရလဝသဟအ', marks: 'ာိီုူေဲံ့း' },
];

/** Scripts that have case. */
export const CASED_SCRIPTS: readonly Script[] = [
  { name: 'Latin', letters: 'abcdefghijklmnopqrstuvwxyzßøłæœđðþŋ', marks: '' },
  { name: 'Greek', letters: 'αβγδεζηθικλμνξοπρστυφχψωσς', marks: '' },
  { name: 'Cyrillic', letters: 'абвгдежзийклмнопрстуфхцчшщъыьэюяіїўђћ', marks: '' },
  { name: 'Armenian', letters: 'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ', marks: '' },
  { name: 'Georgian', letters: 'აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ', marks: '' },
];

/** A word in the letters of a script. */
export const wordOf = ({ letters }: Script, minLength = 1, maxLength = 8): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });

/** A word, and the same word with a mark on one of its letters. */
export const markedPair = (script: Script, minLength = 1): fc.Arbitrary<readonly [string, string]> =>
  fc
    .tuple(wordOf(script, minLength), fc.nat(), fc.constantFrom(...script.marks))
    .map(([word, at, mark]): readonly [string, string] => {
      const end = (at % word.length) + 1;
      return [word, (word.slice(0, end) + mark + word.slice(end)).normalize('NFC')];
    });
