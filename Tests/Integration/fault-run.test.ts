// A short fault run; `./bench --faults` makes long ones.
import { expect, test } from "bun:test";
import { Context } from "../../Benchmarks/driver/context";
import { faultRun } from "../../Benchmarks/driver/faults/fault-run";

const seed = Number(process.env.KEYSTONE_FAULT_SEED ?? 20261121);

test(`killed and stopped under traffic: calls end, acknowledged writes are kept, nothing is left over (seed ${seed})`, async () => {
    const context = new Context(true, 1, () => {});
    try {
        const report = await faultRun(context, { seconds: 12, seed });
        expect(Object.values(report.faults).reduce((sum, count) => sum + count)).toBeGreaterThan(5);
        expect(report.writes.acknowledged).toBeGreaterThan(100);
    } finally {
        context.remove();
    }
}, 180_000);
