/** What is loaded after sign-in, as one part. */
export { ConversationPage } from './features/conversations/ConversationPage.tsx';
export { NewConversation } from './features/conversations/NewConversation.tsx';
export { Verify } from './features/directory/Verify.tsx';
export { Frame } from './features/frame/Frame.tsx';
export { NoChatOpen } from './features/frame/NoChatOpen.tsx';
export { ChatPanes, SettingsPanes } from './features/frame/Panes.tsx';
export { SettingsPage } from './features/identity/settings/SettingsPage.tsx';
export { SettingsStart } from './features/identity/settings/SettingsStart.tsx';
