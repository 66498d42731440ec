import { defineService } from "@keystone/sdk/service";

export default defineService("download")
  .handle("download:step", ({ percent }: { percent: number }, svc) => {
    svc.ipc.web.pushValue("download:progress", percent); // a state: who subscribes later gets it, too
    if (percent === 100) svc.ipc.web.push("download:done"); // an event: only who listens now hears it
  })
  .handle("download:forget", (_args, svc) => svc.ipc.web.pushValue("download:progress", undefined))
  .build();
