/** The checkout. */
export { installationRoot as projectRoot } from '../platform/process/installation-root.js';
