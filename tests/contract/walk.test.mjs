// One walk through the whole interface, in this order; the last cases count what was walked.
import './registers_walk.mjs';
import './lives_walk.mjs';
import './rarer_walk.mjs';
import './containers_walk.mjs';
import './roadside_walk.mjs';
import './jobs_walk.mjs';
import './people_walk.mjs';
import './signatures_walk.mjs';
import './devices_walk.mjs';
import './refusals_walk.mjs';
import './papers_walk.mjs';
import './webhooks_walk.mjs';
import './counts_walk.mjs';
