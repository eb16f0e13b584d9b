import { Notice } from '../pieces/notice.js';

export const UsageAnalytics = () => (
  <>
    <title>Usage – Campaign Analytics</title>
    <div className="heading">
      <h1>Usage</h1>
    </div>
    <Notice title="There is nothing here yet" />
  </>
);
