/** One step of the tour: a heading and the shell commands under it. `{{KEY}}` stands for the API key. */
export interface TourStep {
  readonly title: string;
  readonly commands: string;
}

/** The main job in curl, from the first upload to the list. Needs `jq` to read the answers. */
export const curlTour = (http: string): readonly TourStep[] => [
  {
    title: 'Name the API, the key and a photo of yours',
    commands: `API=${http}\nKEY={{KEY}}\nPHOTO=photo.jpg`,
  },
  {
    title: 'Ask for an upload',
    commands: `curl -s "$API/api/v1/uploads" -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d "{\\"filename\\":\\"$PHOTO\\",\\"fileSize\\":$(wc -c < "$PHOTO" | tr -d ' '),\\"mimeType\\":\\"image/jpeg\\"}" \\
  | tee upload.json`,
  },
  {
    title: 'Put the bytes into the bucket, with exactly the headers that were signed',
    commands: `jq -r '.data.request | "url=\\"\\(.url)\\"", (.headers | to_entries[] | "header=\\"\\(.key): \\(.value)\\"")' upload.json \\
  | curl -T "$PHOTO" -K -`,
  },
  {
    title: 'See the verified record with its renditions',
    commands: `curl -s "$API/api/v1/media/$(jq -r .data.mediaId upload.json)" -H "Authorization: Bearer $KEY" | jq`,
  },
  {
    title: 'List the library',
    commands: `curl -s "$API/api/v1/media?limit=5" -H "Authorization: Bearer $KEY" | jq`,
  },
];
