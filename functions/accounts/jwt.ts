/** The parts of `jose` that access tokens need: a dynamically imported module cannot be tree-shaken by its importer. */
export { errors, jwtVerify, SignJWT } from 'jose';
