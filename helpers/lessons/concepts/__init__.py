"""What notebooks 00 and 01 show: doctor, few-shot sweep, next tokens, LoRA's size, illustrated guide."""
