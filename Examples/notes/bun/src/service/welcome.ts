/** The notes that a new notebook begins with. */
export const welcomeNotes = [
  {
    pinned: true,
    text: `Welcome to Notes
This is a place for whatever you want to keep: a list, a draft, a thought.

The first line of a note is its title. There is nothing to save: what you type is kept as you type it, and it is still here after a crash.

Notes come back in the order in which you touched them. Pin the ones that should stay on top, as this one does.`,
  },
  {
    text: `Everything from the keyboard
Ctrl N – a new note
Ctrl F – search
↑ and ↓ – through the list
Enter – write in the chosen note
Esc – back to the list
Ctrl O – open the note in a window of its own
Ctrl Shift P – pin it, or let it go
Ctrl D – delete it
Ctrl Z in the list – bring back what you have just deleted

Ctrl / shows all of this again, wherever you are.`,
  },
  {
    text: `Two windows, one note
Press Ctrl O to give this note a window of its own, and write in either of them. The other one follows letter by letter, and your cursor stays where it is, even while both are being written in.`,
  },
  {
    text: `Deleted by mistake?
Deleting never asks. It offers to undo instead, and until then nothing is gone.`,
  },
];
