/**
 * `node --import heartwood/register app.js` puts the guards of containment in before anything else is loaded: for a
 * library that copies Node's functions when it is loaded, and is loaded before Heartwood.
 */
import '../guards/index.js'
