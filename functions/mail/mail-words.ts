import type { MailLanguage } from '../domain/mail.ts';

/** The texts of a mail with one link. */
export interface MailWords {
  readonly subject: string;
  readonly lines: readonly string[];
  /** The label of the link. */
  readonly action: string;
  readonly after: readonly string[];
}

interface LanguageWords {
  readonly reset: MailWords;
  /** `team` is quoted, or undefined where its name is not repeated. */
  readonly invitation: (team: string | undefined, by: string | undefined) => MailWords;
}

/** The texts of all mails, by language. The only words of people in them are the names that `nameInMail` lets through. */
export const MAIL_WORDS: Readonly<Record<MailLanguage, LanguageWords>> = {
  en: {
    reset: {
      subject: 'Choose a new password',
      lines: ['A new password was requested for your account at Mediashelf.'],
      action: 'Choose a new password',
      after: [
        'The link works once, for 30 minutes. All your devices are signed out then.',
        'If it was not you, do nothing: your password stays as it is.',
      ],
    },
    invitation: (team, by) => ({
      subject: 'You are invited to a media library',
      lines: [`You are invited ${by ? `by ${by} ` : ''}to ${team ? `the team “${team}”` : 'a team'} at Mediashelf.`],
      action: 'Accept the invitation',
      after: ['The link works once, for seven days.', 'If you expect no invitation, do nothing.'],
    }),
  },
  de: {
    reset: {
      subject: 'Neues Passwort wählen',
      lines: ['Für Ihr Konto bei Mediashelf wurde ein neues Passwort angefordert.'],
      action: 'Neues Passwort wählen',
      after: [
        'Der Link gilt einmal und für 30 Minuten. Alle Ihre Geräte werden dann abgemeldet.',
        'Wenn Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
      ],
    },
    invitation: (team, by) => ({
      subject: 'Einladung in eine Mediathek',
      lines: [
        `Sie sind ${by ? `von ${by} ` : ''}in ${team ? `das Team „${team}“` : 'ein Team'} bei Mediashelf eingeladen.`,
      ],
      action: 'Einladung annehmen',
      after: ['Der Link gilt einmal und für sieben Tage.', 'Wenn Sie keine Einladung erwarten, tun Sie nichts.'],
    }),
  },
  es: {
    reset: {
      subject: 'Elija una nueva contraseña',
      lines: ['Se ha solicitado una nueva contraseña para su cuenta de Mediashelf.'],
      action: 'Elegir una nueva contraseña',
      after: [
        'El enlace sirve una sola vez, durante 30 minutos. Después se cierra la sesión en todos sus dispositivos.',
        'Si no ha sido usted, no haga nada: su contraseña no cambia.',
      ],
    },
    invitation: (team, by) => ({
      subject: 'Invitación a una biblioteca multimedia',
      lines: [
        `${by ? `${by} le ha invitado` : 'Le han invitado'} ${team ? `al equipo «${team}»` : 'a un equipo'} en Mediashelf.`,
      ],
      action: 'Aceptar la invitación',
      after: ['El enlace sirve una sola vez, durante siete días.', 'Si no espera ninguna invitación, no haga nada.'],
    }),
  },
  fr: {
    reset: {
      subject: 'Choisissez un nouveau mot de passe',
      lines: ['Un nouveau mot de passe a été demandé pour votre compte Mediashelf.'],
      action: 'Choisir un nouveau mot de passe',
      after: [
        'Le lien fonctionne une seule fois, pendant 30 minutes. Tous vos appareils sont alors déconnectés.',
        'Si ce n’était pas vous, ne faites rien : votre mot de passe ne change pas.',
      ],
    },
    invitation: (team, by) => ({
      subject: 'Invitation dans une médiathèque',
      lines: [
        `${by ? `${by} vous invite` : 'Vous êtes invité'} à rejoindre ${team ? `l’équipe « ${team} »` : 'une équipe'} sur Mediashelf.`,
      ],
      action: 'Accepter l’invitation',
      after: [
        'Le lien fonctionne une seule fois, pendant sept jours.',
        'Si vous n’attendez pas d’invitation, ne faites rien.',
      ],
    }),
  },
};
