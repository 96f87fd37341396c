export type { ServiceAddresses, ServiceName } from './provide-services.js';
export { provideServices, stopServices } from './provide-services.js';
export { ServiceError } from './service-error.js';
