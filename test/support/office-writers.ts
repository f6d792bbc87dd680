/** Packages as programs of the field write them, and such as only look like one. */
import { DOCX, mainRelation, PPTX, XLSX } from './least-files.ts';
import { zip } from './zip.ts';

type Made = readonly [what: string, type: string, bytes: () => Buffer];
type Entries = Readonly<Record<string, string>>;

const RELS = 'application/vnd.openxmlformats-package.relationships+xml';
const NAMESPACE = 'http://schemas.openxmlformats.org/package/2006/content-types';
const main = (type: string): string => `${type}.main+xml`;

const types = (entries: string, prefix = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?><${prefix}Types xmlns${prefix && `:${prefix.slice(0, -1)}`}="${NAMESPACE}">${entries}</${prefix}Types>`;
const byEnding = (ending: string, type: string, prefix = ''): string =>
  `<${prefix}Default Extension="${ending}" ContentType="${type}" />`;
const byName = (part: string, type: string, prefix = ''): string =>
  `<${prefix}Override PartName="${part}" ContentType="${type}"/>`;

const packed = (entries: Entries) => (): Buffer =>
  zip(Object.entries(entries).map(([name, data]) => ({ name, data, deflate: true })));

/** All of these are opened by Word, Excel or PowerPoint. */
export const packagesOfOtherWriters = (): readonly Made[] => [
  [
    'the main part typed by its ending, as the SDK of .NET writes it',
    DOCX,
    packed({
      'word/document.xml': '<x/>',
      '_rels/.rels': mainRelation('/word/document.xml'),
      '[Content_Types].xml': types(byEnding('xml', main(DOCX)) + byEnding('rels', RELS)),
    }),
  ],
  [
    'a workbook typed by its ending, its sheets by name',
    XLSX,
    packed({
      'xl/workbook.xml': '<x/>',
      'xl/worksheets/sheet1.xml': '<x/>',
      '_rels/.rels': mainRelation('/xl/workbook.xml'),
      '[Content_Types].xml': types(
        byEnding('XML', main(XLSX)) + byName('/xl/worksheets/sheet1.xml', XLSX.replace('.sheet', '.worksheet+xml')),
      ),
    }),
  ],
  [
    'content types and relations under a prefix',
    PPTX,
    packed({
      '[Content_Types].xml': types(byName('/ppt/presentation.xml', main(PPTX), 'ct:'), 'ct:'),
      '_rels/.rels': mainRelation('ppt/presentation.xml', 'r:'),
      'ppt/presentation.xml': '<x/>',
    }),
  ],
  [
    'the main part elsewhere, under a name of its own',
    DOCX,
    packed({
      '[Content_Types].xml': types(byEnding('xml', 'application/xml') + byName('/docs/My%20Text.xml', main(DOCX))),
      '_rels/.rels': mainRelation('docs/My%20Text.xml'),
      'docs/My%20Text.xml': '<x/>',
    }),
  ],
  [
    'the strict form of the standard',
    XLSX,
    packed({
      '[Content_Types].xml': types(byName('/xl/workbook.xml', main(XLSX))),
      '_rels/.rels': mainRelation('xl/workbook.xml').replace(
        'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
        'http://purl.oclc.org/ooxml/officeDocument/relationships',
      ),
      'xl/workbook.xml': '<x/>',
    }),
  ],
  [
    'names with other case and the slashes of Windows',
    DOCX,
    packed({
      '[content_types].xml': types(byName('/word/document.xml', main(DOCX))),
      '_rels\\.rels': mainRelation('word/document.xml'),
      'Word\\Document.xml': '<x/>',
    }),
  ],
  [
    'types in UTF-16, with single quotes and a comment',
    DOCX,
    () =>
      zip([
        {
          name: '[Content_Types].xml',
          data: Buffer.from(
            `\ufeff<Types><!-- <Default Extension="xml" ContentType="x"/> --><Override ContentType='${main(DOCX)}' PartName='/word/document.xml'/></Types>`,
            'utf16le',
          ),
        },
        { name: '_rels/.rels', data: mainRelation('word/document.xml') },
        { name: 'word/document.xml', data: '<x/>' },
      ]),
  ],
];

/** Packages whose lists of parts would take the reader of XML longer than any document is worth. */
export const packagesWithoutEnd = (): readonly Made[] =>
  [
    ['elements in elements', '<a>'.repeat(200_000)],
    ['attributes without end', `<a ${Array.from({ length: 210_000 }, (_, at) => `a${at}=""`).join(' ')}/>`],
    ['entries without end', byEnding('x', 'y').repeat(60_000)],
  ].flatMap(([what = '', entries = '']): readonly Made[] => [
    [
      `a list of types of ${what}`,
      DOCX,
      packed({
        '[Content_Types].xml': types(entries + byName('/word/document.xml', main(DOCX))),
        '_rels/.rels': mainRelation('word/document.xml'),
        'word/document.xml': '<x/>',
      }),
    ],
    [
      `relations of ${what}`,
      DOCX,
      packed({
        '[Content_Types].xml': types(byName('/word/document.xml', main(DOCX))),
        '_rels/.rels': mainRelation('word/document.xml').replace('</', `${entries}</`),
        'word/document.xml': '<x/>',
      }),
    ],
  ]);

/** None of these is what it claims to be. */
export const packagesOfImpostors = (): readonly Made[] => [
  [
    'a workbook that says document beside it',
    DOCX,
    packed({
      '[Content_Types].xml': types(byName('/xl/workbook.xml', main(XLSX)) + byName('/word/document.xml', main(DOCX))),
      '_rels/.rels': mainRelation('xl/workbook.xml'),
      'xl/workbook.xml': '<x/>',
      'word/document.xml': '<x/>',
    }),
  ],
  [
    'a package without a main part',
    DOCX,
    packed({ '[Content_Types].xml': types(byName('/word/document.xml', main(DOCX))), 'word/document.xml': '<x/>' }),
  ],
  [
    'a main part elsewhere on the network',
    DOCX,
    packed({
      '[Content_Types].xml': types(byName('/word/document.xml', main(DOCX))),
      '_rels/.rels': mainRelation('https://example.com/word/document.xml').replace(
        '/></Relationships>',
        ' TargetMode="External"/></Relationships>',
      ),
      'word/document.xml': '<x/>',
    }),
  ],
  [
    'a type that stands in a comment alone',
    DOCX,
    packed({
      '[Content_Types].xml': types(`<!-- ${byName('/word/document.xml', main(DOCX))} -->`),
      '_rels/.rels': mainRelation('word/document.xml'),
      'word/document.xml': '<x/>',
    }),
  ],
];
