import { ExportConversations } from '../ExportConversations.tsx';
import { Card } from './Card.tsx';

export function DataSettings() {
  return (
    <Card
      title="Export"
      text="All conversations that this device knows, in one file that other programs can read. The file is not encrypted: keep it where only you can read it."
    >
      <ExportConversations />
    </Card>
  );
}
