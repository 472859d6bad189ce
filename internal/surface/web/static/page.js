// What the pages do beyond forms and links. Every page works without it.
"use strict";
