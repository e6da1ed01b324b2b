/** File System Access API, not in TypeScript's DOM library: https://wicg.github.io/file-system-access/ */
interface Window {
  showSaveFilePicker(options: { suggestedName: string; startIn: 'downloads' }): Promise<FileSystemFileHandle>;
}
