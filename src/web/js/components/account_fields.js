// SPDX-License-Identifier: MIT
import {t} from '../core/i18n.js';
import {field} from './dialogs.js';

/** The fields for names and passwords, with the rules of the API: so that a browser says what the server would refuse. */

const kName = {name: 'name', required: true, autocapitalize: 'none', spellcheck: false, maxLength: 64};
const kPassword = {name: 'password', type: 'password', required: true, maxLength: 256};

/** The name of an account that exists. @param {Object} [properties] of the input */
export function nameField(properties = {}) {
  return field(t('signin.name'), {...kName, autocomplete: 'username', ...properties});
}

/** The name of an account that is made. */
export function newNameField(properties = {}) {
  return field(t('signin.name'), {...kName, pattern: '[A-Za-z0-9._@+\\-]+', ...properties}, t('signin.name_hint'));
}

/** A password that is set already. */
export function passwordField(label, properties = {}) {
  return field(label, {...kPassword, autocomplete: 'current-password', ...properties});
}

/** A password that is set now. */
export function newPasswordField(label, properties = {}) {
  return field(label, {...kPassword, minLength: 8, autocomplete: 'new-password', ...properties}, t('signin.password_hint'));
}
