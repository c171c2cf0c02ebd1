import type { ModelVariant } from '../../../protocol/api.js';
import { fileSize } from '../../look/numbers.js';

/** Every file with its bytes, and what of it is here already. */
export function OfferFiles({ variant }: { readonly variant: ModelVariant }) {
  const { files, bytes, bytesHere } = variant;
  return (
    <details className="offer-files" open={files.length <= 8}>
      <summary>
        {files.length} files, {fileSize(bytes)}
        {bytesHere > 0 && bytesHere < bytes && `, ${fileSize(bytesHere)} here`}
        {bytesHere >= bytes && ', all here'}
      </summary>
      <table className="file-table">
        <thead className="for-readers">
          <tr>
            <th scope="col">File</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={file.path}>
              <th scope="row">{file.path}</th>
              <td>
                {fileSize(file.bytes)}
                {file.bytesHere >= file.bytes ? (
                  <span className="good"> here</span>
                ) : (
                  file.bytesHere > 0 && `, ${fileSize(file.bytesHere)} here`
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
