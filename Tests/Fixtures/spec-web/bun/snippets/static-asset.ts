const img = document.createElement("img");
img.src = "/web/assets/logo.png";   // served from bun/web/assets/logo.png
