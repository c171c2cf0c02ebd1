import { serve } from '../protocol/port.js';
import { createEngine } from './engine.js';

serve(createEngine());
