export { createSns, type DeclaredTopic, type Notification, type Sns } from './sns.ts';
