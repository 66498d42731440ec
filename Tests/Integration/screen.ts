// The X server's screen as it is at a moment, read from the frame buffer that scripts/offscreen maps to a file.
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

export type Area = { x: number; y: number; width: number; height: number };

/** Looks at the screen many times a second: quicker than a frame, so that not one is missed. */
export class Screen {
    private readonly file = openSync(join(process.env.XDG_RUNTIME_DIR ?? "", "Xvfb_screen0"), "r");
    private readonly start: number;
    private readonly stride: number;

    constructor() {
        // The header of an XWD file: 32-bit numbers, most significant byte first.
        const header = Buffer.alloc(100);
        readSync(this.file, header, 0, 100, 0);
        if (header.readUInt32BE(44) !== 32) throw new Error("the screen doesn't have 32 bits a pixel");
        this.stride = header.readUInt32BE(48);
        this.start = header.readUInt32BE(0) + header.readUInt32BE(76) * 12;
    }

    /** The colours (`#rrggbb`) of a grid of points inside the area. */
    colours({ x, y, width, height }: Area, points = 8): Set<string> {
        const found = new Set<string>();
        const line = Buffer.alloc(width * 4);
        for (let row = 0; row < points; row++) {
            const top = y + Math.floor((row + 0.5) * height / points);
            readSync(this.file, line, 0, line.length, this.start + top * this.stride + x * 4);
            for (let column = 0; column < points; column++) {
                const at = Math.floor((column + 0.5) * width / points) * 4;
                found.add("#" + [line[at + 2]!, line[at + 1]!, line[at]!].map((v) => v.toString(16).padStart(2, "0")).join(""));
            }
        }
        return found;
    }

    /** Records the area's colours until the returned function is called, which gives what was seen, in order. */
    record(area: Area, interval = 4): () => string[] {
        const seen: string[] = [];
        const look = () => {
            for (const colour of this.colours(area)) if (!seen.includes(colour)) seen.push(colour);
        };
        look();
        const timer = setInterval(look, interval);
        return () => {
            clearInterval(timer);
            look();
            return seen;
        };
    }

    /** Waits until the whole area has one colour. */
    async becomes(area: Area, colour: string): Promise<void> {
        for (;;) {
            const now = this.colours(area);
            if (now.size === 1 && now.has(colour)) return;
            await Bun.sleep(4);
        }
    }

    close(): void {
        closeSync(this.file);
    }
}
