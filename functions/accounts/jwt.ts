/** What access tokens need of `jose`, and no more: a module that is loaded late cannot be trimmed by who loads it. */
export { errors, jwtVerify, SignJWT } from 'jose';
