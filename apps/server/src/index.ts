/** The server: what the command line's `serve`, `backup` and `restore` load. Holds nothing that can decrypt. */
export { type BackupOptions, backup, type Restored, restore } from './platform/backup.ts';
export { domainOfData } from './platform/data.ts';
export { type RunningServer, type StartOptions, startServer } from './server.ts';
export {
  completeSettings,
  environmentName,
  flagName,
  flagSettings,
  readSettings,
  type SettingName,
  type Settings,
  settingNames,
  settingsSchema,
} from './settings.ts';
