import { handOverMagnet } from '../../rpc/connect.js';
import { MagnetIntake } from '../components/magnet-intake.js';
import { mount } from '../mount.js';

const store = mount(MagnetIntake);
const magnet = new URLSearchParams(location.search).get('magnet');
if (magnet !== null) {
  // A reload must not ask again.
  history.replaceState(null, '', location.pathname);
  handOverMagnet(magnet).catch(() => store.fail('no-engine'));
}
