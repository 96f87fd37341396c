import { searchAttributeTypes } from '../../../domain/grading/grading-workflow.js';
import { unusableSearchAttributes } from '../../../platform/temporal/search-attributes.js';
import type { Check } from '../check.js';
import { ok, warning } from '../check.js';

export const searchAttributes: Check = {
  name: 'search attributes',
  area: 'Temporal',
  needs: 'namespace',
  async run({ temporal }) {
    const unusable = await unusableSearchAttributes(temporal);
    const total = Object.keys(searchAttributeTypes).length;
    if (unusable === undefined) {
      return warning('the server does not let us look at them', 'temporal operator search-attribute list');
    }
    if (unusable.length === 0) return ok(`all ${total} are registered`);
    const names = unusable.map(
      (name) => `--name ${name} --type ${searchAttributeTypes[name] === 'INT' ? 'Int' : 'Keyword'}`,
    );
    return warning(
      `${unusable.length} of ${total} are missing or of another type: ${unusable.join(', ')}; gradings run, but lists, status and replay cannot filter by them`,
      `temporal operator search-attribute create --address ${temporal.address} --namespace ${temporal.namespace} ${names.join(' ')}`,
    );
  },
};
