import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Media } from '../../client/browser.ts';
import { useShelf } from '../session/use-session.ts';
import { Icon } from '../ui/icon.tsx';
import { useFormat, useWords } from '../words/use-words.tsx';

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="fact">
    <dt>{name}</dt>
    <dd className="wrap-anywhere">{children}</dd>
  </div>
);

/** A fact by which files can be found, as a link to all that have it. */
const Findable = ({ text, search }: { readonly text: string; readonly search: object }) => {
  const { detail } = useWords();
  return (
    <Link to="/" search={search as never} title={detail.similar(text)}>
      <bdi>{text}</bdi>
    </Link>
  );
};

const Warnings = ({ warnings }: Pick<Media, 'warnings'>) => {
  const { detail } = useWords();
  if (warnings.length === 0) return null;
  return (
    <div className="warnings">
      <Icon name="alert" />
      <p>
        {detail.warnings} {warnings.map((each) => detail.warning[each]).join(', ')}.
      </p>
    </div>
  );
};

/** What is known of a file. What can be searched is a link. */
export const Facts = ({ media }: { readonly media: Media }) => {
  const { detail, edit } = useWords();
  const format = useFormat();
  const shelf = useShelf();
  const metadata = useQuery({
    queryKey: ['metadata', media.id, media.checksum],
    enabled: media.checksum !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => shelf.call('GET /api/v1/media/{id}/metadata', { path: { id: media.id }, signal }),
  });
  const { camera, location, texts } = metadata.data ?? {};
  const kind = media.mimeType.split('/')[0];
  const cameraName = [camera?.make, camera?.model].filter(Boolean).join(' ');
  const exposure = [
    camera?.exposureTime &&
      (camera.exposureTime < 1 ? `1/${Math.round(1 / camera.exposureTime)} s` : `${camera.exposureTime} s`),
    camera?.aperture && `f/${camera.aperture}`,
    camera?.iso && `ISO ${camera.iso}`,
    camera?.focalLength && `${camera.focalLength} mm`,
  ].filter(Boolean);
  return (
    <div className="facts">
      <Warnings warnings={media.warnings} />
      {media.caption && <p className="wrap-anywhere">{media.caption}</p>}
      <dl>
        <Fact name={detail.type}>
          {kind === 'image' || kind === 'video' ? <Findable text={media.mimeType} search={{ kind }} /> : media.mimeType}
        </Fact>
        <Fact name={detail.size}>{format.bytes(media.fileSize)}</Fact>
        {media.width !== null && media.height !== null && (
          <Fact name={detail.dimensions}>{`${format.number(media.width)} × ${format.number(media.height)}`}</Fact>
        )}
        {media.duration !== null && <Fact name={detail.duration}>{format.duration(media.duration)}</Fact>}
        {media.pages !== null && <Fact name={detail.pages}>{format.number(media.pages)}</Fact>}
        <Fact name={detail.visibility}>
          <span className="with-icon">
            <Icon name={media.visibility} />
            {detail.visibilities[media.visibility]}
          </span>
        </Fact>
        <Fact name={detail.added}>{format.time(media.createdAt)}</Fact>
        {media.updatedAt !== media.createdAt && <Fact name={detail.changed}>{format.time(media.updatedAt)}</Fact>}
        {media.tags.length > 0 && (
          <Fact name={edit.tags}>
            <span className="chips">
              {media.tags.map(({ id, slug, name }) => (
                <Link key={id} to="/" search={{ tag: slug } as never} className="chip">
                  <Icon name="tag" />
                  <bdi className="name">{name}</bdi>
                </Link>
              ))}
            </span>
          </Fact>
        )}
        {media.creator && (
          <Fact name={edit.creator}>
            <Findable text={media.creator} search={{ q: media.creator }} />
          </Fact>
        )}
        {media.license && (
          <Fact name={edit.license}>
            <bdi>{media.license}</bdi>
          </Fact>
        )}
        {media.source && (
          <Fact name={edit.source}>
            <bdi>{media.source}</bdi>
          </Fact>
        )}
        {media.description && (
          <Fact name={edit.description}>
            <bdi>{media.description}</bdi>
          </Fact>
        )}
        {cameraName && (
          <Fact name={detail.camera}>
            <bdi>{cameraName}</bdi>
          </Fact>
        )}
        {camera?.lens && (
          <Fact name={detail.lens}>
            <bdi>{camera.lens}</bdi>
          </Fact>
        )}
        {exposure.length > 0 && (
          <Fact name={detail.exposure}>
            <bdi>{exposure.join(' · ')}</bdi>
          </Fact>
        )}
        {camera?.takenAt && (
          <Fact name={detail.taken}>
            <bdi>{camera.takenAt.replace('T', ' ').slice(0, 16)}</bdi>
          </Fact>
        )}
        {location && (
          <Fact name={detail.location}>
            <bdi>{`${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`}</bdi>
          </Fact>
        )}
        {texts?.author && (
          <Fact name={detail.author}>
            <bdi>{texts.author}</bdi>
          </Fact>
        )}
        {media.checksum && (
          <Fact name={`${detail.checksum} (${media.checksumAlgorithm})`}>
            <code>{media.checksum}</code>
          </Fact>
        )}
      </dl>
    </div>
  );
};
