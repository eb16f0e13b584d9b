import { Notice } from '../pieces/notice.js';

export const SettingsPage = () => (
  <>
    <title>Settings – Campaign Analytics</title>
    <div className="heading">
      <h1>Settings</h1>
    </div>
    <Notice title="There is nothing here yet" />
  </>
);
