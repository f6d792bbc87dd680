import type { Language } from './language.ts';
import { pseudo } from './pseudo.ts';
import type { Speech } from './use-words.tsx';

const en = {
  forgotten: 'Choose a new password',
  forgottenHelp: 'Enter your e-mail address. If there is an account with it, a mail with a link is on its way to you.',
  send: 'Send the mail',
  sent: 'If there is an account with this address, a mail is on its way. The link in it works for 30 minutes.',
  often: 'That was tried too often. Try again in an hour.',
  off: 'This library sends no mail. Ask its operator for a new password.',
  back: 'Back to the sign-in',
  fresh: 'Choose a new password',
  freshHelp: 'All your devices are signed out, this one too.',
  set: 'Set the password',
  wasSet: 'The new password is set. Sign in with it.',
  weak: 'This password is too short, or too easy to guess.',
  gone: 'This link is not valid any more. Request another mail.',
  mailed: (email: string) => `A mail with the invitation is on its way to ${email}. You can send this address as well.`,
};

/** The texts about mails: pages that are opened when they are needed. */
export type MailWords = typeof en;

const WORDS: Readonly<Record<Language, MailWords>> = {
  en,
  de: {
    forgotten: 'Neues Passwort wählen',
    forgottenHelp:
      'Geben Sie Ihre E-Mail-Adresse ein. Wenn es ein Konto mit ihr gibt, ist eine E-Mail mit einem Link unterwegs zu Ihnen.',
    send: 'E-Mail senden',
    sent: 'Wenn es ein Konto mit dieser Adresse gibt, ist eine E-Mail unterwegs. Der Link darin gilt 30 Minuten.',
    often: 'Das wurde zu oft versucht. Versuchen Sie es in einer Stunde noch einmal.',
    off: 'Diese Mediathek sendet keine E-Mails. Bitten Sie ihren Betreiber um ein neues Passwort.',
    back: 'Zurück zur Anmeldung',
    fresh: 'Neues Passwort wählen',
    freshHelp: 'Alle Ihre Geräte werden abgemeldet, auch dieses.',
    set: 'Passwort setzen',
    wasSet: 'Das neue Passwort gilt. Melden Sie sich damit an.',
    weak: 'Dieses Passwort ist zu kurz oder zu leicht zu erraten.',
    gone: 'Dieser Link gilt nicht mehr. Fordern Sie eine neue E-Mail an.',
    mailed: (email) => `Eine E-Mail mit der Einladung ist unterwegs an ${email}. Sie können auch diese Adresse senden.`,
  },
  es: {
    forgotten: 'Elegir una nueva contraseña',
    forgottenHelp: 'Escriba su dirección de correo. Si hay una cuenta con ella, recibirá un correo con un enlace.',
    send: 'Enviar el correo',
    sent: 'Si hay una cuenta con esta dirección, el correo está en camino. El enlace sirve durante 30 minutos.',
    often: 'Se ha intentado demasiadas veces. Inténtelo de nuevo dentro de una hora.',
    off: 'Esta biblioteca no envía correos. Pida una nueva contraseña a quien la administra.',
    back: 'Volver al inicio de sesión',
    fresh: 'Elegir una nueva contraseña',
    freshHelp: 'Se cerrará la sesión en todos sus dispositivos, también en este.',
    set: 'Guardar la contraseña',
    wasSet: 'La nueva contraseña ya vale. Inicie sesión con ella.',
    weak: 'Esta contraseña es demasiado corta o demasiado fácil de adivinar.',
    gone: 'Este enlace ya no vale. Pida otro correo.',
    mailed: (email) => `Un correo con la invitación está en camino a ${email}. También puede enviar esta dirección.`,
  },
  fr: {
    forgotten: 'Choisir un nouveau mot de passe',
    forgottenHelp:
      'Saisissez votre adresse e-mail. S’il existe un compte avec elle, un e-mail avec un lien vous est envoyé.',
    send: 'Envoyer l’e-mail',
    sent: 'S’il existe un compte avec cette adresse, un e-mail est en route. Son lien fonctionne pendant 30 minutes.',
    often: 'Trop de tentatives. Réessayez dans une heure.',
    off: 'Cette médiathèque n’envoie pas d’e-mails. Demandez un nouveau mot de passe à la personne qui l’exploite.',
    back: 'Retour à la connexion',
    fresh: 'Choisir un nouveau mot de passe',
    freshHelp: 'Tous vos appareils sont déconnectés, celui-ci aussi.',
    set: 'Enregistrer le mot de passe',
    wasSet: 'Le nouveau mot de passe est enregistré. Connectez-vous avec lui.',
    weak: 'Ce mot de passe est trop court ou trop facile à deviner.',
    gone: 'Ce lien n’est plus valable. Demandez un autre e-mail.',
    mailed: (email) =>
      `Un e-mail avec l’invitation est en route vers ${email}. Vous pouvez aussi envoyer cette adresse.`,
  },
};

/** The texts about mails in the page's language. */
export const mailWords = ({ tag, direction }: Speech): MailWords =>
  direction === 'rtl' ? pseudo(WORDS.en) : WORDS[tag as Language];
