import {ask, type Change, type TaskModule} from '../engine/task.js';
import {allServicesFact, type AllServices} from './facts/all_services.js';

export const serviceFacts: TaskModule<Record<string, never>, {readonly all: AllServices}, Change> = {
  name: 'service_facts',
  changesNothing: true,
  reads: () => ({all: ask(allServicesFact, {})}),
  plan: () => undefined,
  apply: () => Promise.reject(new Error('Internal error: facts change nothing')),
  output: (_, {all}) => ({ansible_facts: {services: all}}),
};
