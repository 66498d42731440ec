/** Where chunks, worker scripts and the files that components import (images, fonts) are served. */
export const ASSET_FOLDER = "/web/__assets__/";
