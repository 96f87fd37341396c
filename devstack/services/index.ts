export type { ServiceAddresses } from './provide-services.js';
export { provideServices, stopServices } from './provide-services.js';
