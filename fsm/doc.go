// Package fsm runs state machines whose every step is durable.
//
// A program that pays, ships or books something may be killed at any moment.
// What it has begun is then either written down, or lost, or done twice. This
// package writes it down: everything that must not be lost is a small machine,
// and a machine moves from step to step in transactions of an ordered map that
// outlives the program (package [satchel/fsm/kv]).
//
// A step waits for something, then moves. Waiting (await) happens outside any
// transaction, any number of times, for all edges of a step at once. Moving
// (apply) happens once, inside the transaction that also replaces the step:
// whatever the move changes, in the same map or by starting further machines,
// changes in that same commit, or nothing changes. A crash between "the await
// answered" and "the commit is durable" did not happen: at the next start the
// await runs again.
//
// A machine is one literal that reads like its picture, and [Machine.Mermaid]
// prints that picture from the literal that runs:
//
//	parcel := fsm.Define("parcel",
//		fsm.At("packed", decodePacked,
//			fsm.On("collected", awaitCourier, handOver, "travelling")),
//		fsm.At("travelling", decodeTravelling,
//			fsm.On("delivered", awaitSignature, bookDelivery, "done"),
//			fsm.On("came back", awaitReturn, bookReturn, "packed", "lost")),
//		fsm.At("lost", decodeLost),
//		fsm.At("done", decodeDone))
//
// # What the engine guarantees
//
//   - A transition commits only if the stored step is still the one that the
//     await started from.
//   - The step that an apply returns is one of those that its edge declares.
//   - A panic of an await or an apply, or one that leaves its goroutine, makes
//     that machine stuck, see [Executor.Stuck]; the others go on, and what is
//     stored does not change.
//   - The error of an await means "not known yet": it is retried with back-off
//     and never moves a machine. [Executor.Wake] cuts the pauses short.
//   - After a failed commit, whose outcome nobody knows, nothing is written any
//     more: [Executor.Run] returns the error and the caller opens again.
//   - A second writer of the same store is fenced off, see [kv.ErrFenced].
//   - Nothing is committed after [Executor.Run] has returned: a store that is
//     committing then is waited for, and nothing begins any more.
//
// # What the engine asks for
//
//   - An await may be called any number of times, may be cancelled, may be
//     called again after its answer was lost. It has no effect on the map, and
//     before it has one on the outside world it looks whether that has happened
//     already. All randomness it needs is in its state.
//   - Verification, signing and every other long computation belong to the
//     await; an apply decides and stores.
//   - An apply changes nothing but its transaction.
//
// # What it leaves out
//
// Timers (an await may sleep), machines inside machines ([Tx.Start] and
// [Await] on the other one's record), priorities, and deadlines by the wall
// clock. It knows nothing of what its machines are about.
//
// # Operations, history
//
// Machines that one action brought about share an [OpID]. A step that is left
// is kept in its operation's history, which [Executor.Watch] follows as it
// grows. [Executor.Prune] moves the history of finished operations out of the
// memory.
//
// # On disk
//
// Machines and steps are stored by name. A machine or a step that this version
// does not know stays as it is, bytes unchanged, and is listed by
// [Executor.Stuck]. Later versions of this package keep reading what earlier
// ones wrote.
package fsm
