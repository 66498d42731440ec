import { invoke } from "@keystone/sdk/bridge";
import type { Drawing, Shape } from "../types/handlers.d.ts";

/** In words. */
export async function largest(drawing: Drawing): Promise<string> {
    const shape: Shape | null = await invoke("drawing:largest", drawing);
    if (!shape) return "an empty drawing";
    return shape.kind === "circle" ? `a circle of ${shape.radius}` : `a square of ${shape.side}`;
}
