"""What `mondeq_ref` shows: functions that check their arguments and call the rooms behind them."""
