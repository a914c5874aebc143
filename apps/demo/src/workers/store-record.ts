/** Whether Pulse has had its database open. It outlives the writers that open it. */
export class StoreRecord {
  opened = false
}
