const notes = await invokeBun<Note[]>("notes:getAll");     // named .handle() handler
const result = await query("notes", args);                 // whole-service .query() handler
const unsub = subscribe("notes:updated", (notes) => setState(notes));
