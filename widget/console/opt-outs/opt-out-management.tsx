import { Notice } from '../pieces/notice.js';

export const OptOutManagement = () => (
  <>
    <title>Opt Outs – Campaign Analytics</title>
    <div className="heading">
      <h1>Opt Outs</h1>
    </div>
    <Notice title="There is nothing here yet" />
  </>
);
