import { Notice } from '../pieces/notice.js';

export const ExportsPage = () => (
  <>
    <title>Exports – Campaign Analytics</title>
    <div className="heading">
      <h1>Exports</h1>
    </div>
    <Notice title="There is nothing here yet" />
  </>
);
