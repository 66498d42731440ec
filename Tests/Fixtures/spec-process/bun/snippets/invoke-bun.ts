import { invokeBun } from "@keystone/sdk/bridge";

const notes = await invokeBun<Note[]>("notes:getAll");
const note  = await invokeBun<Note>("notes:create", { title: "Hello", body: "World" });
