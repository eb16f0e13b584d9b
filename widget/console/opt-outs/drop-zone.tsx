import { type DragEvent, type ReactNode, useState } from 'react';
import './drop-zone.css';

export interface DropZoneProps {
  readonly children: ReactNode;
  onFile(file: File | undefined): void;
}

/** A file field that is as large as what it says, and takes what is dropped on it. */
export function DropZone({ children, onFile }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    <label
      className="drop-zone"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        type="file"
        className="unseen"
        accept=".csv,.txt,text/csv,text/plain"
        aria-label="CSV file"
        onChange={({ target }) => {
          onFile(target.files?.[0]);
          // The same file, mended, may be chosen again.
          target.value = '';
        }}
      />
      {children}
    </label>
  );
}
